import type { ProjectDir } from '../project-dir.ts';
import { type Ecosystem, firstFile, type SuggestedChecks, withoutEmpty } from './ecosystem.ts';

const GRADLE = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];

/** Java and Kotlin through Maven or Gradle, by the wrapper where the repository has one; both fetch what they need. */
export const java: Ecosystem = {
  name: 'Java or Kotlin',
  manifests: ['pom.xml', ...GRADLE],
  locks: ['gradle.lockfile'],
  checks: (dir) => {
    // A module is built from where the whole is: alone it would miss its siblings.
    if (isModule(dir)) return {};
    return dir.has('pom.xml') ? maven(dir) : gradle(dir);
  },
  install: () => [],
};

function isModule(dir: ProjectDir): boolean {
  const above = dir.selfAndAncestors.slice(1);
  return dir.has('pom.xml')
    ? above.some((each) => /<modules>/.test(each.text('pom.xml')))
    : above.some((each) => each.has('settings.gradle') || each.has('settings.gradle.kts'));
}

function maven(dir: ProjectDir): SuggestedChecks {
  const pom = dir.text('pom.xml');
  const [program, wrapped] = dir.has('mvnw') ? ['./mvnw', ' and the wrapper mvnw'] : ['mvn', ''];
  const run = (goal: string, why = `from pom.xml${wrapped}`) => ({ run: `${program} -B -ntp ${goal}`, why });
  const plugin = (name: string, goal: string) =>
    pom.includes(`${name}-maven-plugin`) || pom.includes(`maven-${name}-plugin`)
      ? run(goal, `from the ${name} plugin of pom.xml`)
      : undefined;
  return withoutEmpty({
    compile: [run('test-compile')],
    test: [run('test')],
    lint: [plugin('checkstyle', 'checkstyle:check'), plugin('spotless', 'spotless:check')],
  });
}

function gradle(dir: ProjectDir): SuggestedChecks {
  const file = firstFile(dir, GRADLE);
  if (!file) return {};
  const [program, wrapped] = dir.has('gradlew') ? ['./gradlew', ' and the wrapper gradlew'] : ['gradle', ''];
  const run = (task: string, why = `from ${file}${wrapped}`) => ({ run: `${program} --console=plain ${task}`, why });
  const build = dir.text('build.gradle') + dir.text('build.gradle.kts');
  return withoutEmpty({
    compile: [run('testClasses')],
    test: [run('test')],
    lint: [
      /\bcheckstyle\b/.test(build) ? run('checkstyleMain', `from the checkstyle plugin of ${file}`) : undefined,
      /spotless/.test(build) ? run('spotlessCheck', `from the spotless plugin of ${file}`) : undefined,
    ],
  });
}
