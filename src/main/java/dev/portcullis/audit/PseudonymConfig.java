package dev.portcullis.audit;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * Whether audit events name addresses; keys of the section {@code audit}.
 *
 * @param secret makes the pseudonyms; empty where addresses are written as they are
 */
public record PseudonymConfig(Optional<Secret> secret) {
    private static final int SHORTEST = 16;

    /** The values that are replaced. */
    private enum Replaced {
        OFF,
        ADDRESSES
    }

    public static PseudonymConfig read(Section audit) {
        Replaced replaced = audit.choice(
                "pseudonymise",
                Replaced.OFF,
                "what audit events replace by pseudonyms, in the log and in the audit file: addresses, or off");
        Optional<Secret> secret = audit.secret(
                "pseudonymSecret",
                "makes the pseudonyms of addresses: the same secret gives the same address the same pseudonym, on every"
                        + " node; at least 16 characters");
        if (replaced == Replaced.OFF) {
            return new PseudonymConfig(Optional.empty());
        }
        if (secret.filter(each -> each.reveal().length() >= SHORTEST).isEmpty()) {
            audit.problem(
                    "pseudonymSecret",
                    "is missing or shorter than " + SHORTEST + " characters",
                    "there are few addresses, so that without a secret each pseudonym could be guessed");
        }
        return new PseudonymConfig(secret);
    }
}
