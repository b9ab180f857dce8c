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
    private volatile boolean displaced;

    /** @param checkMs {@link TransferPlaces#checkMs} */
    TransferPlace(UserId user, List<String> address, TransferPace pace, LongSupplier checkMs) {
        this.user = user;
        this.address = address;
        this.pace = pace;
        this.checkMs = checkMs;
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
