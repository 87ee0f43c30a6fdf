package dev.oneport.client;

import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.time.Duration;

/**
 * A successful HTTP response.
 *
 * @param status below 300
 * @param body the body handler's result
 * @param took the time from sending the request until the body handler's result was complete, of
 *     the last try only
 */
public record HttpAnswer<T>(
    int status, Version version, HttpHeaders headers, T body, Duration took) {
  /** The content type; empty if there is none. */
  public String type() {
    return headers.firstValue("content-type").orElse("");
  }
}
