package dev.portcullis.edge.api;

import dev.portcullis.auth.account.AccountProfile;
import dev.portcullis.auth.account.Grant;
import dev.portcullis.http.contract.InputSchema.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The bodies of answers about accounts. */
final class AccountBody {
    private AccountBody() {}

    /** Whether a client keeps the tokens of its logins itself, and gets them here, not in cookies. */
    static boolean isFor(Fields request) {
        return request.textIn("refreshTokenIn").filter("body"::equals).isPresent();
    }

    /** @param expiresIn seconds until the end of the access token */
    static Map<String, Object> of(Granted granted, long expiresIn) {
        Grant grant = granted.grant();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("accessToken", grant.accessToken());
        body.put("expiresIn", expiresIn);
        body.put("csrfToken", grant.csrfToken());
        if (grant.refreshInBody()) {
            body.put("refreshToken", grant.refreshToken());
            body.putAll(ofDevice(granted.device()));
        }
        body.putAll(of(grant.profile()));
        return body;
    }

    /** @param token by which the account knows the client's device from now on */
    static Map<String, Object> ofDevice(Optional<String> token) {
        return token.<Map<String, Object>>map(text -> Map.of("deviceToken", text))
                .orElse(Map.of());
    }

    static Map<String, Object> of(AccountProfile profile) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("id", profile.id().value());
        user.put("username", profile.username());
        user.put("email", profile.email());
        profile.verified().ifPresent(verified -> user.put("verified", verified));
        return Map.of("user", user);
    }
}
