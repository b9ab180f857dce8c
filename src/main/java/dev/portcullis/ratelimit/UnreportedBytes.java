package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Verdict;
import java.util.Optional;

/**
 * Bytes that one connection took in and that its user's window does not hold yet. The bytes of every frame count for the
 * user, also of those that count on the connection only and of those that are refused, but a ping is not worth a question
 * of its own: they are reported with the next frame that asks, or once they are many. Of one thread.
 */
public final class UnreportedBytes {
    /** At the end of a connection a rest below this part of the threshold is let go. */
    private static final int WORTH_A_PART = 8;

    private final int threshold;
    private int bytes;
    private boolean over;

    UnreportedBytes(int threshold) {
        this.threshold = threshold;
    }

    public void add(int more) {
        bytes = Math.min(bytes, Integer.MAX_VALUE - more) + more;
    }

    /** Whether they are to be reported now. While their user has too many, each frame asks. */
    boolean due() {
        return bytes >= (over ? 1 : threshold);
    }

    /** Whether they are to be reported where no more will come. */
    boolean dueAtClose() {
        return bytes >= Math.max(1, threshold / WORTH_A_PART);
    }

    /** What is to be reported; from here on it is. */
    int take() {
        int taken = bytes;
        bytes = 0;
        return taken;
    }

    void onVerdict(Verdict verdict) {
        Optional<Limited> limit =
                verdict.fold(Optional::empty, why -> why.fold(Optional::of, failed -> Optional.empty()));
        over = limit.filter(limited -> limited.window() == Window.BYTES).isPresent();
    }
}
