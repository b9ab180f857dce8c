package dev.portcullis.auth.password;

import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Judges whose password goes first, and what an unknown client may do to go sooner. */
final class PasswordQueue {
    /** The work grows as more of those who did it wait. At the most it costs about what one check costs the node, and serves a few. */
    private static final int MORE_BITS = 4;

    private final ProofOfWork proofs;
    private final int bits;
    private final DoubleSupplier fullness;
    private final LongSupplier clock;

    /**
     * @param bits of a challenge while few clients work; 0 for none
     * @param fullness from 0 to 1, of the places for clients that have worked
     */
    PasswordQueue(ProofOfWork proofs, int bits, DoubleSupplier fullness, LongSupplier clock) {
        this.proofs = proofs;
        this.bits = bits;
        this.fullness = fullness;
        this.clock = clock;
    }

    Precedence precedence(PasswordTurn turn) {
        return turn.precedence().compareTo(Precedence.WORKED) < 0 || !hasWorked(turn)
                ? turn.precedence()
                : Precedence.WORKED;
    }

    /** Also where the address is known, to which it is of no use: that there is none would tell that the account exists. */
    Optional<WorkChallenge> challenge(PasswordTurn turn) {
        return bits == 0 || turn.precedence() == Precedence.USER
                ? Optional.empty()
                : Optional.of(proofs.challenge(
                        turn.subject(), bits + (int) (MORE_BITS * fullness.getAsDouble()), clock.getAsLong()));
    }

    private boolean hasWorked(PasswordTurn turn) {
        return bits > 0
                && turn.work()
                        .filter(proof -> proofs.isDone(proof, turn.subject(), clock.getAsLong()))
                        .isPresent();
    }
}
