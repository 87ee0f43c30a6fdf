package others;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.auth.OAuth2Token;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.auth.AuthService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.websocket.WebSocketService;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.File;
import java.util.concurrent.CompletableFuture;

/**
 * Armeria with its defaults. Each call needs a token of the caller that OnePort's policy allows.
 */
final class ArmeriaServer {
  private static final String PONG = "{\"message\":\"pong\"}";

  private ArmeriaServer() {}

  /** Takes the file of the key set, the issuer, the audience and the caller. */
  public static void main(String[] args) throws Exception {
    var tokens = new Tokens(JWKSet.load(new File(args[0])), args[1], args[2], args[3]);
    var server =
        Server.builder()
            .http(0)
            .service("/ping", (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, PONG))
            .service(
                "/ws",
                // Otherwise it asks for an Origin, which only browsers send.
                WebSocketService.builder((_, in) -> Answers.to(in)).allowedOrigins("*").build())
            .service(GrpcService.builder().addService(new Calls()).build())
            .decorator(
                AuthService.builder()
                    .addOAuth2(
                        (_, token) -> CompletableFuture.completedFuture(allowed(tokens, token)))
                    .newDecorator())
            .build();
    server.start().join();
    System.out.println("listening on port " + server.activeLocalPort());
  }

  private static boolean allowed(Tokens tokens, OAuth2Token token) {
    return tokens.allows(token.accessToken());
  }
}
