package dev.portcullis.auth;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.bus.Bus;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** In the place of the stage auth: tells of each token what a test says. */
public final class ScriptedVerifier {
    private final Map<String, TokenVerification> known = new ConcurrentHashMap<>();

    public ScriptedVerifier(Bus bus) throws Exception {
        done(bus.answer(Authenticator.VERIFY, 0, asked -> Future.succeededFuture(judge(asked.token()))));
    }

    public void accept(String token, TokenClaims claims) {
        known.put(token, new TokenVerification.Valid(claims));
    }

    public void refuse(String token, TokenDefect defect) {
        known.put(token, TokenVerification.invalid(defect));
    }

    private TokenVerification judge(String token) {
        return known.getOrDefault(token, TokenVerification.invalid(TokenDefect.BAD_SIGNATURE));
    }
}
