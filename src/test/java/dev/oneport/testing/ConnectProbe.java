package dev.oneport.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.rpc.ErrorInfo;
import jakarta.json.Json;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient.Version;
import java.util.Base64;
import java.util.List;

/** Calls a unary probe with the Connect protocol. */
public final class ConnectProbe implements Client {
  private final WebClient client;

  private final boolean json;

  public ConnectProbe(int port, Version version) {
    this(port, version, false);
  }

  private ConnectProbe(int port, Version version, boolean json) {
    this.client = new WebClient(port, version);
    this.json = json;
  }

  /** Calls those of {@link DescribedProbes} in JSON. */
  public static ConnectProbe json(int port, Version version) {
    return new ConnectProbe(port, version, true);
  }

  @Override
  public Reply call(String name, List<HeaderField> headers) throws Exception {
    return open((json ? "/" + DescribedProbes.NAME + "/" : "/Unary/") + name, headers);
  }

  /** Calls any path. */
  public Reply open(String path, List<HeaderField> headers) throws Exception {
    var response =
        json
            ? client.send("POST", path, "application/json", "\"hi\"".getBytes(US_ASCII), headers)
            : client.send("POST", path, "application/proto", new byte[] {'h', 'i'}, headers);
    var status = String.valueOf(response.statusCode());
    if (response.statusCode() == 200) {
      return new Reply(Reply.OK, status, "");
    }
    var challenge = response.headers().firstValue("www-authenticate").orElse("");
    return new Reply(reason(response.body()), status, challenge);
  }

  /** The reason in an error's details; empty if the body is not a Connect error. */
  public static String reason(byte[] body) throws Exception {
    try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
      var details = reader.readObject().getJsonArray("details");
      if (details == null) {
        return "";
      }
      var detail = details.getJsonObject(0);
      var value = Base64.getDecoder().decode(detail.getString("value"));
      return detail.getString("type").equals("google.rpc.ErrorInfo")
          ? ErrorInfo.parseFrom(value).getReason()
          : "";
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
