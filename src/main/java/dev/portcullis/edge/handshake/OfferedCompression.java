package dev.portcullis.edge.handshake;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the offers of {@code permessage-deflate} (RFC 7692 section 7.1). An offer that asks for something else than what
 * we do is declined: then nothing is compressed.
 */
final class OfferedCompression {
    /** Each message stands alone: a connection keeps no memory, and the same bytes go to all members of a room. */
    private static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static final String NAME = "permessage-deflate";
    private static final int MOST_OFFERS = 16;
    private static final Pattern CLIENT_WINDOW = Pattern.compile("client_max_window_bits(=\"?([89]|1[0-5])\"?)?");
    private static final Set<String> FLAGS = Set.of("server_no_context_takeover", "client_no_context_takeover");

    private OfferedCompression() {}

    /** @return the header of the answer, if an offer is accepted */
    static Optional<String> answer(List<String> headerLines) {
        return headerLines.stream()
                        .flatMap(line -> Arrays.stream(line.split(",", -1)))
                        .limit(MOST_OFFERS)
                        .anyMatch(OfferedCompression::isAcceptable)
                ? Optional.of(ANSWER)
                : Optional.empty();
    }

    private static boolean isAcceptable(String offer) {
        String[] parts = offer.split(";", -1);
        if (!parts[0].strip().equalsIgnoreCase(NAME)) {
            return false;
        }
        Set<String> names = new HashSet<>();
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            boolean known = FLAGS.contains(parameter)
                    || CLIENT_WINDOW.matcher(parameter).matches();
            if (!known || !names.add(parameter.replaceFirst("=.*", ""))) {
                return false; // a window of ours in another size than zlib's own, for example
            }
        }
        return true;
    }
}
