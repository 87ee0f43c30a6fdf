package dev.oneport.policy;

/** Who counts together. */
public enum QuotaScope {
  /** Each server for itself. */
  SERVER,
  /** All servers that share a Redis. */
  FLEET
}
