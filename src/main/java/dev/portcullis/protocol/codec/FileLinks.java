package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the files of the server that the attachments of a message name, at whatever host: the name of the server may change. A text
 * can't look like an attachment, since its quotes are escaped, and a link in a text has no type.
 */
public final class FileLinks {
    /** The path of a file, up to its id. */
    public static final String PATH = "/api/files/";

    /** An attachment as {@link DeliveredMessage} writes it. {@code append.lua} has the same pattern. */
    private static final Pattern ATTACHMENT =
            Pattern.compile("\\{\"type\":\"[a-z]+\",\"url\":\"https://[^\"/?#\\\\]+" + PATH + "([0-9a-f]{32})[\"?#]");

    private FileLinks() {}

    /**
     * The ids of the files, in the order of the attachments.
     *
     * @param body the body of a message
     */
    public static Set<String> of(byte[] body) {
        String text = new String(body, ISO_8859_1);
        Set<String> ids = new LinkedHashSet<>();
        if (text.contains(PATH)) {
            Matcher found = ATTACHMENT.matcher(text);
            while (found.find()) {
                ids.add(found.group(1));
            }
        }
        return ids;
    }
}
