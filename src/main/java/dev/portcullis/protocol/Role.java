package dev.portcullis.protocol;

import java.util.Optional;
import java.util.stream.Stream;

/** The role that a token states. The order of the constants is the rank. */
public enum Role implements LowerCaseId {
    /** The e-mail address of the account is not verified, where that is needed: no membership gives its user more rights. */
    UNVERIFIED,
    MEMBER,
    MODERATOR,
    ADMIN;

    public static Optional<Role> of(String id) {
        return Stream.of(values()).filter(role -> role.id().equals(id)).findFirst();
    }
}
