package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Verdict;
import java.util.Optional;

/**
 * Bytes that one connection received and that its user's window does not hold yet. The bytes of every frame count for
 * the user, also those of frames that count on the connection only, and of refused frames. But a ping is not worth a
 * request of its own: its bytes are reported with the next frame that is sent to the stage, or once there are many.
 * Used by one thread.
 */
public final class UnreportedBytes {
    /** When the connection ends, a rest below this part of the threshold is not reported. */
    private static final int LAST_REPORT_DIVISOR = 8;

    /** Bytes of one connection that may wait to be counted for their user, such as those of pings. */
    static final int THRESHOLD = 8_192;

    private final int threshold;
    private int bytes;
    private boolean over;
    private boolean reporting;

    UnreportedBytes(int threshold) {
        this.threshold = threshold;
    }

    public void add(int more) {
        bytes = Math.min(bytes, Integer.MAX_VALUE - more) + more;
    }

    /** Whether to report them now. While their user exceeds the limit of bytes, each frame reports. */
    boolean due() {
        return bytes >= (over ? 1 : threshold);
    }

    /**
     * Whether to report them although no frame waits for the verdict. One report at a time: frames that are refused here
     * must not become as many requests to the stage (CWE-405).
     */
    boolean worthReport() {
        return bytes >= threshold && !reporting;
    }

    /** Call it when a report is sent, and when it is answered or lost. */
    void reporting(boolean begins) {
        reporting = begins;
    }

    /** Whether to report them where no more will follow. */
    boolean dueAtClose() {
        return bytes >= Math.max(1, threshold / LAST_REPORT_DIVISOR);
    }

    /** Takes the bytes to report; the count restarts at 0. */
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
