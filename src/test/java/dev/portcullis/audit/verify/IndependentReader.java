package dev.portcullis.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What an auditor would write from the page alone: shares no code with the server. */
final class IndependentReader {
    private static final Pattern HASH = Pattern.compile(",\"hash\":\"([0-9a-f]{64})\"}$");
    private static final Pattern PREV = Pattern.compile("(?<=^.{1,30}\"prev\":\")[0-9a-f]{64}");

    private IndependentReader() {}

    /** The number of the first line that does not fit; 0 if all do. */
    static int firstWrong(List<String> lines) {
        String prev = "0".repeat(64);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String body = HASH.matcher(line).replaceFirst("");
            String hash = line.substring(line.length() - 66, line.length() - 2);
            if (!line.startsWith("{\"n\":" + (i + 1) + ",\"prev\":\"" + prev + "\"")
                    || !sha256(body).equals(hash)) {
                return i + 1;
            }
            prev = hash;
        }
        return 0;
    }

    /** The lines with hashes that fit again, from one on. */
    static List<String> rehash(List<String> lines, int from) {
        List<String> all = new ArrayList<>(lines.subList(0, from));
        for (String line : lines.subList(from, lines.size())) {
            String prev =
                    all.get(all.size() - 1).replaceFirst("^.*\"hash\":\"", "").substring(0, 64);
            String body = PREV.matcher(HASH.matcher(line).replaceFirst("")).replaceFirst(prev);
            all.add(body + ",\"hash\":\"" + sha256(body) + "\"}");
        }
        return all;
    }

    private static String sha256(String text) {
        try {
            StringBuilder hex = new StringBuilder();
            for (byte each : MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII))) {
                hex.append(String.format("%02x", each));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
