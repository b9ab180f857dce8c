package dev.portcullis.audit.verify;

import dev.portcullis.audit.chain.ChainHead;
import java.util.Optional;

/**
 * The head of a chain that a store vouches for.
 *
 * @param head empty if it knows none
 * @param absence why there is no head, in words
 */
public record Anchor(Optional<ChainHead> head, String absence) {
    public static Anchor of(Optional<ChainHead> head) {
        return new Anchor(head, "the store knows no head of this chain");
    }

    public static Anchor none(String why) {
        return new Anchor(Optional.empty(), why);
    }
}
