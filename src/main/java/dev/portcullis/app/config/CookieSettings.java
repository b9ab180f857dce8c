package dev.portcullis.app.config;

import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Section;
import dev.portcullis.edge.api.AuthCookies;
import dev.portcullis.http.OriginConfig;

/** Checks what tokens in cookies need of other sections. */
final class CookieSettings {
    private final NodeConfig config;

    CookieSettings(NodeConfig config) {
        this.config = config;
    }

    void check(Section root) {
        requireOrigin(root.section("origin"));
        refuseOneNameForTwo(root.section("auth"));
    }

    /** Only the Origin tells for which page a browser sends its cookie (CWE-1385). */
    private void requireOrigin(Section section) {
        if (config.runs(Stage.EDGE)
                && config.auth().accepts(CredentialSource.COOKIE)
                && config.origin().missing() != OriginConfig.Missing.REJECT) {
            section.problem(
                    "missing",
                    "is not reject, and auth.accept names cookie",
                    "write reject: a browser sends its cookie for any page, and the Origin tells which");
        }
    }

    /** A refresh token would replace the access token, or be sent as one. */
    private void refuseOneNameForTwo(Section auth) {
        if (config.auth().cookieName().equals(AuthCookies.REFRESH)) {
            auth.problem("cookieName", "is the cookie of refresh tokens", "choose another name");
        }
    }
}
