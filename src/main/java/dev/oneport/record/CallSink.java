package dev.oneport.record;

/** Receives the records of calls on the calls' threads; implementations must not block. */
public interface CallSink {
  void record(CallRecord call);
}
