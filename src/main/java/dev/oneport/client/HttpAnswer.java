package dev.oneport.client;

import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.time.Duration;

/**
 * A successful answer over HTTP.
 *
 * @param status below 300
 * @param body what the body handler made of the body
 * @param took from the request to the end of the body, or to where the handler hands over a body
 *     that is still coming; of the last try alone
 */
public record HttpAnswer<T>(
    int status, Version version, HttpHeaders headers, T body, Duration took) {
  /** The content type; empty if there is none. */
  public String type() {
    return headers.firstValue("content-type").orElse("");
  }
}
