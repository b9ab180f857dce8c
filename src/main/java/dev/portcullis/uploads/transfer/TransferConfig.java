package dev.portcullis.uploads.transfer;

import java.util.concurrent.TimeUnit;

/**
 * How long the bytes of a file may be on their way.
 *
 * @param minBytesPerSecond adds the time that a file of its size takes at this speed, which is the least at any time
 */
public record TransferConfig(long baseMs, long minBytesPerSecond, long behindMs) {
    /**
     * The time from the first byte to the last, whatever the client does: a bound on each silence would hold for ever
     * (CWE-400).
     */
    public long deadlineMs(long bytes) {
        return baseMs
                + bytes / minBytesPerSecond * TimeUnit.SECONDS.toMillis(1)
                + bytes % minBytesPerSecond * TimeUnit.SECONDS.toMillis(1) / minBytesPerSecond;
    }
}
