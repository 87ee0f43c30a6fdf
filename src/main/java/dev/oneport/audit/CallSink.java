package dev.oneport.audit;

/** Takes the records of calls, on the calls' own threads: whoever implements it must be quick. */
public interface CallSink {
  void take(CallRecord call);
}
