package dev.oneport.testing;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** An issuer for tests: its keys, its JWK set in a file, and tokens with one thing changed. */
public final class TestIssuer {
  /** {@code Json} would search the class path for its provider on every call. */
  private static final JsonProvider JSON = JsonProvider.provider();

  public static final String AUDIENCE = "https://oneport.test";

  private static final KeyPair RSA = pair("RSA", "");
  private static final KeyPair OTHER_RSA = pair("RSA", "");
  private static final KeyPair P256 = pair("EC", "secp256r1");
  private static final KeyPair P384 = pair("EC", "secp384r1");
  private static final KeyPair P521 = pair("EC", "secp521r1");
  private static final KeyPair ED25519 = pair("Ed25519", "");

  private final String id;
  private final KeyPair rsa;

  private TestIssuer(String id, KeyPair rsa) {
    this.id = id;
    this.rsa = rsa;
  }

  public static TestIssuer good() {
    return new TestIssuer("https://issuer.test", RSA);
  }

  /** Another issuer, with other keys. */
  public static TestIssuer other() {
    return new TestIssuer("https://other.test", OTHER_RSA);
  }

  public String id() {
    return id;
  }

  /** A valid token for {@code alice@example.com}; each test changes what it tests. */
  public Builder token() {
    var now = Instant.now().getEpochSecond();
    return new Builder()
        .header("alg", "RS256")
        .header("kid", "rsa-1")
        .header("typ", "JWT")
        .claim("iss", id)
        .claim("aud", AUDIENCE)
        .claim("sub", "1234567890")
        .claim("email", "alice@example.com")
        .claim("email_verified", true)
        .claim("iat", now - 10)
        .claim("exp", now + 600);
  }

  /** The public keys as a JWK set. */
  public JsonObject jwks() {
    var keys =
        JSON.createArrayBuilder()
            .add(rsaKey("rsa-1", rsa, "RS256"))
            .add(rsaKey("rsa-384", rsa, "RS384"))
            .add(rsaKey("rsa-512", rsa, "RS512"))
            .add(rsaKey("pss-256", rsa, "PS256"))
            .add(rsaKey("pss-384", rsa, "PS384"))
            .add(rsaKey("pss-512", rsa, "PS512"))
            .add(edKey());
    return JSON.createObjectBuilder().add("keys", ec(keys)).build();
  }

  /** The JWK set in a file. */
  public Path jwksFile() {
    try {
      var file = Files.createTempFile("jwks", ".json");
      file.toFile().deleteOnExit();
      return Files.writeString(file, jwks().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The encoded public RSA key, which an attacker knows too. */
  public byte[] publicKey() {
    return rsa.getPublic().getEncoded();
  }

  /** The encoded private RSA key (PKCS #8). */
  public byte[] privateKey() {
    return rsa.getPrivate().getEncoded();
  }

  public JsonObject publicJwk() {
    return rsaKey("rsa-1", rsa, "RS256");
  }

  private static JsonArrayBuilder ec(JsonArrayBuilder keys) {
    return keys.add(ecKey("ec-256", P256, "P-256", 32))
        .add(ecKey("ec-384", P384, "P-384", 48))
        .add(ecKey("ec-512", P521, "P-521", 66));
  }

  private static JsonObject rsaKey(String kid, KeyPair pair, String algorithm) {
    var key = (RSAPublicKey) pair.getPublic();
    return JSON.createObjectBuilder()
        .add("kty", "RSA")
        .add("kid", kid)
        .add("use", "sig")
        .add("alg", algorithm)
        .add("n", base64(unsigned(key.getModulus(), 0)))
        .add("e", base64(unsigned(key.getPublicExponent(), 0)))
        .build();
  }

  /** RFC 8037 section 2. */
  private static JsonObject edKey() {
    var encoded = ED25519.getPublic().getEncoded();
    return JSON.createObjectBuilder()
        .add("kty", "OKP")
        .add("kid", "ed-1")
        .add("crv", "Ed25519")
        .add("x", base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
        .build();
  }

  private static JsonObject ecKey(String kid, KeyPair pair, String curve, int size) {
    var point = ((ECPublicKey) pair.getPublic()).getW();
    return JSON.createObjectBuilder()
        .add("kty", "EC")
        .add("kid", kid)
        .add("crv", curve)
        .add("x", base64(unsigned(point.getAffineX(), size)))
        .add("y", base64(unsigned(point.getAffineY(), size)))
        .build();
  }

  private static byte[] unsigned(BigInteger value, int size) {
    var bytes = value.toByteArray();
    var from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
    var length = Math.max(size, bytes.length - from);
    var fixed = new byte[length];
    System.arraycopy(bytes, from, fixed, length - (bytes.length - from), bytes.length - from);
    return fixed;
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static KeyPair pair(String type, String curve) {
    try {
      var generator = KeyPairGenerator.getInstance(type);
      if (type.equals("RSA")) {
        generator.initialize(2048);
      } else if (!curve.isEmpty()) {
        generator.initialize(new ECGenParameterSpec(curve));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Builds a token. */
  public final class Builder {
    private final Map<String, JsonValue> header = new LinkedHashMap<>();
    private final Map<String, JsonValue> claims = new LinkedHashMap<>();
    private UnaryOperator<String> headerText = UnaryOperator.identity();
    private UnaryOperator<String> claimsText = UnaryOperator.identity();

    private Builder() {}

    public Builder header(String name, Object value) {
      header.put(name, json(value));
      return this;
    }

    public Builder claim(String name, Object value) {
      claims.put(name, json(value));
      return this;
    }

    public Builder without(String name) {
      header.remove(name);
      claims.remove(name);
      return this;
    }

    /** Writes the header's JSON in another way. */
    public Builder headerText(UnaryOperator<String> change) {
      headerText = change;
      return this;
    }

    /** Writes the claims' JSON in another way. */
    public Builder claimsText(UnaryOperator<String> change) {
      claimsText = change;
      return this;
    }

    /** Signs as {@code alg} says. */
    public String sign() {
      var algorithm =
          ((JsonString) header.getOrDefault("alg", JSON.createValue("RS256"))).getString();
      return switch (algorithm) {
        case "RS256" -> sign("SHA256withRSA", rsa);
        case "RS384" -> sign("SHA384withRSA", rsa);
        case "RS512" -> sign("SHA512withRSA", rsa);
        case "PS256" -> pss("SHA-256", 32);
        case "PS384" -> pss("SHA-384", 48);
        case "PS512" -> pss("SHA-512", 64);
        case "EdDSA" -> sign("Ed25519", ED25519);
        case "ES256" -> sign("SHA256withECDSAinP1363Format", P256);
        case "ES384" -> sign("SHA384withECDSAinP1363Format", P384);
        case "ES512" -> sign("SHA512withECDSAinP1363Format", P521);
        default -> throw new IllegalStateException(algorithm);
      };
    }

    /** Signs with another issuer's key. */
    public String signBy(TestIssuer other) {
      return sign("SHA256withRSA", other.rsa);
    }

    /** Signs with a secret that is public: the issuer's public key. */
    public String signWithPublicKey() {
      try {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(publicKey(), "HmacSHA256"));
        return content() + "." + base64(mac.doFinal(content().getBytes(StandardCharsets.US_ASCII)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Uses this text as the signature. */
    public String signature(String text) {
      return content() + "." + text;
    }

    private String pss(String hash, int salt) {
      return sign(
          "RSASSA-PSS",
          rsa,
          new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
    }

    private String sign(String algorithm, KeyPair pair) {
      return sign(algorithm, pair, null);
    }

    private String sign(
        String algorithm, KeyPair pair, @Nullable AlgorithmParameterSpec parameters) {
      try {
        var signature = Signature.getInstance(algorithm);
        if (parameters != null) {
          signature.setParameter(parameters);
        }
        signature.initSign(pair.getPrivate());
        signature.update(content().getBytes(StandardCharsets.US_ASCII));
        return content() + "." + base64(signature.sign());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private String content() {
      return base64(headerText.apply(object(header)).getBytes(StandardCharsets.UTF_8))
          + "."
          + base64(claimsText.apply(object(claims)).getBytes(StandardCharsets.UTF_8));
    }

    private static String object(Map<String, JsonValue> values) {
      var object = JSON.createObjectBuilder();
      values.forEach(object::add);
      return object.build().toString();
    }

    private static JsonValue json(Object value) {
      return switch (value) {
        case JsonValue json -> json;
        case String text -> JSON.createValue(text);
        case Boolean flag -> flag ? JsonValue.TRUE : JsonValue.FALSE;
        case Long number -> JSON.createValue(number);
        case Integer number -> JSON.createValue(number);
        case Map<?, ?> map -> {
          var object = JSON.createObjectBuilder();
          map.forEach((name, each) -> object.add(String.valueOf(name), json(each)));
          yield object.build();
        }
        case List<?> list -> JSON.createArrayBuilder(list).build();
        default -> throw new IllegalArgumentException(Arrays.toString(new Object[] {value}));
      };
    }
  }
}
