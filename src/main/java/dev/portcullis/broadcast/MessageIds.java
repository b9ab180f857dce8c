package dev.portcullis.broadcast;

import java.security.SecureRandom;
import java.util.UUID;

/** UUIDs of version 7 (RFC 9562 5.7): they sort by time and cannot be guessed. */
public final class MessageIds {
    private final SecureRandom random = new SecureRandom();

    public String next(long millis) {
        long high = (millis << 16) | 0x7000 | random.nextInt(0x1000);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
