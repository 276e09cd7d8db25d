#!/bin/sh
# An agent that a test directs through a folder: it says when it is at work, goes on once its door is open, and
# delivers broken work in the attempts that it is told to spoil.
#   agent.sh FOLDER
folder=$1
task=$AGENT_WAVES_TASK
attempt=$AGENT_WAVES_ATTEMPT
cp "$AGENT_WAVES_BRIEF" "$folder/$task.$attempt.brief"
: > "$folder/$task.$attempt.at-work"
while [ -e "$folder/$task.closed" ]; do sleep 0.1; done
mkdir -p work
spoiled=$(cat "$folder/$task.spoiled" 2>/dev/null || echo 0)
if [ "$attempt" -le "$spoiled" ]; then
  echo "spoiled $task in attempt $attempt" > "work/$task.txt"
else
  echo "sound $task" > "work/$task.txt"
fi
echo "Wrote work/$task.txt." > "$AGENT_WAVES_SUMMARY"
