package dev.portcullis.app.config;

import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Section;

/** Checks {@code auth.certificates} against the listener that asks for certificates, and against accounts. */
final class CertificateUsers {
    private final NodeConfig config;

    CertificateUsers(NodeConfig config) {
        this.config = config;
    }

    void check(Section section) {
        CertificatesConfig certificates = config.auth().certificates();
        if (!certificates.enabled()) {
            return;
        }
        if (config.runs(Stage.EDGE) && !config.tls().clients().isAsked()) {
            section.problem(
                    "enabled",
                    "is true, and tls.clientAuth is none: no connection would show a certificate",
                    "write optional or required there, and name the authorities in tls.clientCa");
        }
        if (config.accounts().enabled() && certificates.overlaps(IssuerConfig.ACCOUNT_PREFIX)) { // CWE-290
            section.problem(
                    "userPrefix",
                    "lets a certificate name the user of an account",
                    "accounts are " + IssuerConfig.ACCOUNT_PREFIX
                            + "…: take a prefix that begins otherwise, such as cert:");
        }
    }
}
