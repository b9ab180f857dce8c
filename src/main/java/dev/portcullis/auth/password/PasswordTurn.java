package dev.portcullis.auth.password;

import java.util.Optional;

/**
 * What decides when a password is checked while others wait.
 *
 * @param precedence without any work
 * @param subject what work is done for: an address and an account, so that it serves no other login
 * @param work that the client has done for a {@link WorkChallenge}
 * @param device the account, where the client has one of its devices: then no other at the address takes its place
 */
public record PasswordTurn(Precedence precedence, String subject, Optional<String> work, Optional<String> device) {
    /** Of a user who is logged in. */
    public static final PasswordTurn OF_USER = new PasswordTurn(Precedence.USER, "", Optional.empty());

    public PasswordTurn(Precedence precedence, String subject, Optional<String> work) {
        this(precedence, subject, work, Optional.empty());
    }

    /** The network of the client, which is the first part of the subject. */
    public String network() {
        return subject.split(" ", 2)[0];
    }

    /** Whose places among those of known clients it takes one of. */
    String payer() {
        return device.orElseGet(this::network);
    }

    @Override
    public String toString() {
        return "PasswordTurn[" + precedence + "]";
    }
}
