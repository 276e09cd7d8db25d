import { type OutputParser, toolFinding } from './format.ts';

/** javac, alone, through Gradle (`A.java:1: error: …`) and through Maven (`[ERROR] /…/A.java:[1,2] …`). */
export const javac: OutputParser = (output) => [
  ...[...output.matchAll(/^(?:e: (?:file:\/\/)?)?(\S[^\n:]*\.(?:java|kts?)):(\d+):(?:\d+:?)? (?:error: )?(.+)$/gm)]
    .filter(([whole]) => /^e: |: error: /.test(whole))
    .map(([, file, line, message = '']) => toolFinding({ file, line, message })),
  ...[...output.matchAll(/^\[ERROR\] (\S[^\n:]*\.(?:java|kt)):\[(\d+),\d+\] (?:error: )?(.+)$/gm)].map(
    ([, file, line, message = '']) => toolFinding({ file, line, message }),
  ),
];
