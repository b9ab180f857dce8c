package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Result;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates one compressed message, a fragment at a time (RFC 7692 section 7.2.2). A kilobyte may inflate to a megabyte
 * (CWE-409): what goes beyond the limit of a message is never made.
 */
final class MessageInflater {
    /** Approximate native memory of zlib for a message whose end has not arrived. */
    static final int HELD_BYTES = 49_152;

    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int STEP = 4_096;

    /** Two bytes are enough for one, and each costs as much as hundreds of bytes of text (CWE-400). */
    private static final int MAX_FINAL_BLOCKS = 256;

    private final Inflater inflater = new Inflater(true);
    private final byte[] step = new byte[STEP];
    private int inflated;
    private int finalBlocks;

    /**
     * Inflates a fragment, unless it breaks a rule.
     *
     * @param most bytes of the whole message
     */
    Result<byte[], CloseCode> inflate(byte[] fragment, boolean last, int most) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(most, 2 * fragment.length));
        Optional<CloseCode> broken = inflate(fragment, most, out);
        if (broken.isEmpty() && last && !inflater.finished()) {
            broken = inflate(TAIL, most, out);
        }
        return broken.map(Result::<byte[], CloseCode>refused).orElseGet(() -> Result.done(out.toByteArray()));
    }

    /** Prepares it for the next message. */
    void reset() {
        inflater.reset();
        inflated = 0;
        finalBlocks = 0;
    }

    /** Its memory is outside the heap, so that no garbage collection is in time. */
    void end() {
        inflater.end();
    }

    /** Behind a final block more may follow (RFC 7692 section 7.2.3.4): zlib takes it for another stream. */
    private Optional<CloseCode> inflate(byte[] deflated, int most, ByteArrayOutputStream out) {
        int left = deflated.length;
        while (left > 0) {
            if (inflater.finished()) {
                finalBlocks++;
                inflater.reset();
            }
            inflater.setInput(deflated, deflated.length - left, left);
            Optional<CloseCode> broken =
                    finalBlocks > MAX_FINAL_BLOCKS ? Optional.of(CloseCode.BROKEN_FRAME) : inflateStream(most, out);
            if (broken.isPresent()) {
                return broken;
            }
            left = inflater.finished() ? inflater.getRemaining() : 0;
        }
        return Optional.empty();
    }

    private Optional<CloseCode> inflateStream(int most, ByteArrayOutputStream out) {
        try {
            for (int made = inflater.inflate(step); made > 0; made = inflater.inflate(step)) {
                inflated += made;
                if (inflated > most) {
                    return Optional.of(CloseCode.TOO_LARGE);
                }
                out.write(step, 0, made);
            }
        } catch (DataFormatException corrupt) {
            return Optional.of(CloseCode.BROKEN_FRAME);
        }
        return inflater.needsDictionary() ? Optional.of(CloseCode.BROKEN_FRAME) : Optional.empty();
    }
}
