package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Counts attempts, by the store's own clock. Each attempt is one atomic step over all its windows: two concurrent ones never
 * both take the last slot. A refused attempt counts its bytes only. An attempt that exceeds an observing limit counts in the
 * others, so that such a limit counts the attempts that it would let pass. A failed future means that the store could not
 * count.
 */
public interface CounterStore {
    /**
     * Counts a frame, or a report. A block that the attempt begins is persisted before the answer, as far as the store can
     * write. A block that begins, here or on the user's connection, counts towards a ban of the user.
     */
    Future<Admission> admit(FrameAttempt attempt);

    /** Counts a connection attempt for the address and its network, or for neither. */
    Future<Admission> admitAddress(AddressAttempt attempt);

    /** Removes what no longer counts. Changes no verdict; to be called periodically. */
    Future<Void> sweep();

    /**
     * One attempt to open a connection.
     *
     * @param keys the address, then the wider network that it counts for, if any
     */
    record AddressAttempt(List<String> keys) {
        public AddressAttempt {
            if (keys.isEmpty() || keys.size() > 2) {
                throw new IllegalArgumentException("an address has one or two keys");
            }
            keys = List.copyOf(keys);
        }

        String address() {
            return keys.get(0);
        }

        Optional<String> network() {
            return keys.size() == 1 ? Optional.empty() : Optional.of(keys.get(1));
        }
    }

    /**
     * The result of an attempt.
     *
     * @param observed limits that it exceeds and passes, since they only observe; empty if it was refused
     * @param banDue whether the user began so many blocks that a ban is due
     */
    record Admission(Verdict verdict, List<LimitRow> observed, boolean banDue) {
        static final Admission GRANTED = new Admission(Verdict.GRANTED, List.of(), false);

        public Admission {
            observed = List.copyOf(observed);
        }
    }
}
