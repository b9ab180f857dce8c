package dev.portcullis.kit;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Messages as {@code permessage-deflate} carries them (RFC 7692 section 7.2). */
public final class Deflated {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int STEP = 65_536;

    private Deflated() {}

    public static byte[] of(byte[] message) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(message);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] step = new byte[STEP];
        int made = STEP;
        while (made == STEP) {
            made = deflater.deflate(step, 0, STEP, Deflater.SYNC_FLUSH);
            out.write(step, 0, made);
        }
        deflater.end();
        byte[] all = out.toByteArray();
        return Arrays.copyOf(all, all.length - TAIL.length);
    }

    public static byte[] inflate(byte[] deflated) {
        Inflater inflater = new Inflater(true);
        byte[] all = Arrays.copyOf(deflated, deflated.length + TAIL.length);
        System.arraycopy(TAIL, 0, all, deflated.length, TAIL.length);
        inflater.setInput(all);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] step = new byte[STEP];
        try {
            for (int made = inflater.inflate(step); made > 0; made = inflater.inflate(step)) {
                out.write(step, 0, made);
            }
        } catch (DataFormatException corrupt) {
            throw new AssertionError(corrupt);
        } finally {
            inflater.end();
        }
        return out.toByteArray();
    }
}
