package dev.oneport.client;

import java.net.http.HttpClient.Version;
import java.time.Duration;

/**
 * What came back over HTTP.
 *
 * @param type the content type; empty if none was said
 * @param text the body
 * @param took from the request to the end of the body, of the last try alone
 */
public record HttpAnswer(int status, Version version, String type, String text, Duration took) {}
