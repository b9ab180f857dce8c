package dev.portcullis.config;

import dev.portcullis.config.crypto.ServableKeys;
import java.util.Optional;

/** A certificate and a private key that are configured together, with the path of each key. */
record CertificatePair(ConfigPath certificateAt, Optional<Pem> certificate, ConfigPath keyAt, Optional<Pem> key) {
    /** Reports a certificate that a listener can't serve, or else a key that belongs to another certificate. */
    void check() {
        Optional<String> unservedKey = certificate.flatMap(Pem::unservedKey);
        if (unservedKey.isPresent()) {
            certificateAt.problem(
                    certificate.get().displayName() + " is made for " + unservedKey.get(),
                    "give one for a key of " + ServableKeys.WORDS);
            return;
        }
        certificate
                .flatMap(chain -> key.filter(chain::mismatches))
                .ifPresent(other -> keyAt.problem(
                        other.displayName() + " does not belong to " + certificateAt.path(),
                        "give the private key that the certificate was made for"));
    }
}
