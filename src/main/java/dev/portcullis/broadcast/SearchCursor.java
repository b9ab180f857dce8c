package dev.portcullis.broadcast;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.streams.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of a page of a search, as a client keeps it. A client may make one: it is only a place in the order of messages, and what
 * may be found behind it is decided without it (CWE-639).
 */
public final class SearchCursor {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})~([0-9]{1,16})~([!-~]{1,200})");

    private SearchCursor() {}

    /** Whether a page can have ended here. */
    public static boolean isPlace(String text) {
        return parse(text).isPresent();
    }

    static String text(Place place) {
        String plain =
                place.timestamp() + "~" + place.seq() + "~" + place.stream().value();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    static Optional<Place> parse(String text) {
        try {
            byte[] plain = Base64.getUrlDecoder().decode(text);
            Matcher parts = FORM.matcher(new String(plain, StandardCharsets.US_ASCII));
            return parts.matches()
                    ? Optional.of(new Place(
                            Long.parseLong(parts.group(1)),
                            new StreamName(parts.group(3)),
                            Long.parseLong(parts.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }
}
