#!/bin/sh
# Makes a folder with OnePort, the part of Java that it uses, and a cache of what Java knows after a training run:
# bundle.sh FOLDER. Both the image and the archive are made with it.
#   JAVA_HOME  a JDK 25
#   CLIENT=no  leaves out the libraries of `oneport call`, which a server does not need
#   TELEMETRY=yes  adds those of telemetry, which a server needs only where it is configured
#   REDIS=yes  adds those of Redis, which a server needs only where one is configured
# target must have oneport.jar, libs/, telemetry/ and redis/. Java uses the cache only with the same Java and with jars of the same
# age and order: nothing may change them afterwards. The folder itself may move.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
client="annotations api-common auto-value-annotations google-auth google-http-client grpc-okhttp kotlin-stdlib okio opencensus"

mkdir -p "$1"
folder=$(CDPATH='' cd -- "$1" && pwd)
cp -p "$checkout/target/oneport.jar" "$checkout/deploy/jvm.options" "$folder"
cp -rp "$checkout/target/libs" "$folder"
if [ "${CLIENT:-yes}" = no ]; then
  for each in $client; do rm "$folder/libs/$each"-*.jar; done
fi
if [ "${TELEMETRY:-no}" = yes ]; then
  cp -rp "$checkout/target/telemetry" "$folder"
fi
redis=
if [ "${REDIS:-no}" = yes ]; then
  cp -rp "$checkout/target/redis" "$folder"
  redis=--redis
fi
"$JAVA_HOME/bin/jlink" --output "$folder/java" --no-header-files --no-man-pages --strip-java-debug-attributes \
  --add-modules "$(paste -sd, "$checkout/src/build/modules.txt")"
# Java 25.0.3 confuses two of the adapters that it caches, and warns at each start. They save no measurable time.
"$JAVA_HOME/bin/java" "$checkout/src/build/train/Train.java" $redis "$folder/oneport.aot" "$folder/java/bin/java" \
  "@$folder/jvm.options" -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching -jar "$folder/oneport.jar"
