import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Issues the training's token, and serves the key by HTTPS, for the first caller of a fresh server
 * waits for just that. Both keys live as long as the training.
 */
final class TrainingIssuer implements AutoCloseable {
  private static final String PASSWORD = "training";

  private final KeyPair pair;
  private final HttpsServer server;
  private final Path store;

  private TrainingIssuer(KeyPair pair, HttpsServer server, Path store) {
    this.pair = pair;
    this.server = server;
    this.store = store;
  }

  static TrainingIssuer start(Path folder)
      throws GeneralSecurityException, IOException, InterruptedException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var pair = generator.generateKeyPair();
    var store = certificate(folder);
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(store)));
    var issuer = new TrainingIssuer(pair, server, store);
    var keys = issuer.keys().getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/keys",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.getResponseHeaders().add("Cache-Control", "public, max-age=3600");
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    server.start();
    return issuer;
  }

  private static Path certificate(Path folder) throws IOException, InterruptedException {
    var store = folder.resolve("tls.p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "tls",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    return store;
  }

  private static SSLContext tls(Path store) throws GeneralSecurityException, IOException {
    var keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  /** The options with which a Java trusts this server. */
  List<String> trust() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + store, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
  }

  String configuration() {
    return """
        identity:
          issuers:
            training:
              issuer: https://training.invalid
              jwks: https://localhost:%d/keys
              audiences: [ training ]
              caller-claim: email
        policy:
          roles:
            caller: [ "trainee@training.invalid" ]
          rules:
            - { allow: [ anyone ], route: HTTP GET /ping }
            - { allow: [ anyone ], route: HTTP GET /health/* }
            - { allow: [ anyone ], route: GRPC grpc.health.v1.Health/* }
            - { allow: [ caller ], route: GRPC Echo/* }
            - { allow: [ caller ], route: WS /ws }
        """
        .formatted(server.getAddress().getPort());
  }

  String token() throws GeneralSecurityException {
    var now = Instant.now().getEpochSecond();
    var claims =
        """
        {"iss":"https://training.invalid","aud":"training","sub":"1","email":"trainee@training.invalid",\
        "email_verified":true,"iat":%d,"exp":%d}"""
            .formatted(now, now + 3600);
    var signed = encode("{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"JWT\"}") + "." + encode(claims);
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + encode(signature.sign());
  }

  private String keys() {
    var key = (RSAPublicKey) pair.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"1\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(encode(unsigned(key.getModulus())), encode(unsigned(key.getPublicExponent())));
  }

  private static byte[] unsigned(BigInteger value) {
    var bytes = value.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
