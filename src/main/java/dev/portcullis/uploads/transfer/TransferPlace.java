package dev.portcullis.uploads.transfer;

import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.function.LongSupplier;

/** The place that one transfer takes among those of its node, from {@link TransferPlaces#enter}. */
public final class TransferPlace {
    private final UserId user;
    private final List<String> address;
    private final TransferPace pace;
    private final LongSupplier checkMs;
    private final long enteredAt;
    private volatile boolean displaced;

    /**
     * @param checkMs {@link TransferPlaces#checkMs}
     * @param enteredAt milliseconds of a monotonic clock
     */
    TransferPlace(UserId user, List<String> address, TransferPace pace, LongSupplier checkMs, long enteredAt) {
        this.user = user;
        this.address = address;
        this.pace = pace;
        this.checkMs = checkMs;
        this.enteredAt = enteredAt;
    }

    UserId user() {
        return user;
    }

    List<String> address() {
        return address;
    }

    TransferPace pace() {
        return pace;
    }

    long enteredAt() {
        return enteredAt;
    }

    long checkMs() {
        return checkMs.getAsLong();
    }

    /** Another transfer has the place now: this one must end. */
    void displace() {
        displaced = true;
    }

    boolean isDisplaced() {
        return displaced;
    }
}
