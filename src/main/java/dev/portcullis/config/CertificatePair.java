package dev.portcullis.config;

import dev.portcullis.config.crypto.ServableKeys;
import java.util.Optional;

/** A certificate and a private key that an operator gives together, and where each was read. */
record CertificatePair(ConfigPath certificateAt, Optional<Pem> certificate, ConfigPath keyAt, Optional<Pem> key) {
    /** Notes a certificate that no listener serves, else a key that belongs to another certificate. */
    void check() {
        Optional<String> unserved = certificate.flatMap(Pem::keyThatNoListenerTakes);
        if (unserved.isPresent()) {
            certificateAt.problem(
                    certificate.get().shown() + " is made for " + unserved.get(),
                    "give one for a key of " + ServableKeys.WORDS);
            return;
        }
        certificate
                .flatMap(ours -> key.filter(ours::isCertificateOfAnother))
                .ifPresent(stray -> keyAt.problem(
                        stray.shown() + " does not belong to " + certificateAt.path(),
                        "give the private key that the certificate was made for"));
    }
}
