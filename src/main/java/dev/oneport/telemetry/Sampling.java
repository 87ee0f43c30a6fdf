package dev.oneport.telemetry;

/**
 * Which calls are sent as spans.
 *
 * @param byParent whether a call with a trace is sampled as its client says
 * @param ratio the share of other calls, from 0 to 1
 */
public record Sampling(boolean byParent, double ratio) {}
