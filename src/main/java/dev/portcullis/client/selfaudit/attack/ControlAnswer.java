package dev.portcullis.client.selfaudit.attack;

import java.util.Optional;

/**
 * What the server does with a handshake in which nothing is wrong.
 *
 * @param refusal why it is refused, if it is
 * @param isPortcullis whether the server speaks the protocol of this program
 * @param toText what it does with a well-formed text behind it
 */
public record ControlAnswer(Optional<String> refusal, boolean isPortcullis, Optional<Reaction> toText) {
    static ControlAnswer refused(String why) {
        return new ControlAnswer(Optional.of(why), false, Optional.empty());
    }

    static ControlAnswer accepted(boolean isPortcullis, Reaction toText) {
        return new ControlAnswer(Optional.empty(), isPortcullis, Optional.of(toText));
    }
}
