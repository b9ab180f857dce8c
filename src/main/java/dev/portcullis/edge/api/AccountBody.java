package dev.portcullis.edge.api;

import dev.portcullis.auth.account.AccountProfile;
import dev.portcullis.auth.account.Grant;
import dev.portcullis.edge.api.GrantOutcome.Granted;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bodies of answers about accounts. */
final class AccountBody {
    private AccountBody() {}

    /** @param expiresIn seconds until the end of the access token */
    static Map<String, Object> of(Granted granted, long expiresIn) {
        Grant grant = granted.grant();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("accessToken", grant.accessToken());
        body.put("expiresIn", expiresIn);
        body.put("csrfToken", grant.csrfToken());
        if (grant.refreshInBody()) {
            body.put("refreshToken", grant.refreshToken());
            granted.device().ifPresent(token -> body.put("deviceToken", token));
        }
        body.putAll(of(grant.profile()));
        return body;
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
