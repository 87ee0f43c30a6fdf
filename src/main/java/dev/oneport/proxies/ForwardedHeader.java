package dev.oneport.proxies;

/** The header in which proxies name their clients. Only one header is trusted. */
public enum ForwardedHeader {
  /** {@code X-Forwarded-For}, with {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}. */
  X_FORWARDED_FOR,
  /** {@code Forwarded} (RFC 7239), with its {@code proto} and {@code host}. */
  FORWARDED
}
