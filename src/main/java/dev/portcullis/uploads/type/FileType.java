package dev.portcullis.uploads.type;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The types of files that can be allowed, each with how such a file begins. SVG, HTML and XML are not among them: a browser
 * runs what is in them. Where {@link #ANY} is allowed they are bytes like others.
 */
public enum FileType {
    PNG("image/png", head -> head.hasHex(0, "89504e470d0a1a0a")),
    JPEG("image/jpeg", head -> head.hasHex(0, "ffd8ff")),
    GIF("image/gif", head -> head.hasText(0, "GIF87a") || head.hasText(0, "GIF89a")),
    WEBP("image/webp", head -> isRiff(head, "WEBP")),
    AVIF("image/avif", head -> head.hasBrand(List.of("avif", "avis"))),
    MP3("audio/mpeg", head -> head.hasText(0, "ID3") || head.hasMp3Frame()),
    OGG("audio/ogg", head -> head.hasHex(0, "4f67675300")),
    WAV("audio/wav", head -> isRiff(head, "WAVE")),
    FLAC("audio/flac", head -> head.hasText(0, "fLaC")),
    M4A("audio/mp4", FileType::isMp4),
    WEBA("audio/webm", FileType::isWebm),
    MP4("video/mp4", FileType::isMp4),
    WEBM("video/webm", FileType::isWebm),
    PDF("application/pdf", head -> head.hasText(0, "%PDF-")),
    ZIP("application/zip", head -> head.hasHex(0, "504b0304") || head.hasHex(0, "504b0506")),
    GZIP("application/gzip", head -> head.hasHex(0, "1f8b08")),
    DOCX("application/vnd.openxmlformats-officedocument.wordprocessingml.document", FileType::isOffice),
    XLSX("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileType::isOffice),
    PPTX("application/vnd.openxmlformats-officedocument.presentationml.presentation", FileType::isOffice),
    TEXT("text/plain", FileHead::isText),
    CSV("text/csv", FileHead::isText),
    /** Whatever it is: nothing is made of it. */
    ANY("application/octet-stream", head -> true);

    /** The types that chats show or play, documents, and plain text. */
    public static final List<FileType> DEFAULTS = List.of(
            PNG, JPEG, GIF, WEBP, AVIF, MP3, OGG, WAV, M4A, WEBA, MP4, WEBM, PDF, DOCX, XLSX, PPTX, ZIP, TEXT, CSV);

    private static final int ENTRY_NAMES = 2_048;
    private static final int EBML_HEADER = 64;

    private final String mime;

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas above capture nothing
    private final Predicate<FileHead> sign;

    FileType(String mime, Predicate<FileHead> sign) {
        this.mime = mime;
        this.sign = sign;
    }

    public String mime() {
        return mime;
    }

    /** Names of types have no case (RFC 6838 section 4.2). */
    public static Optional<FileType> of(String mime) {
        String lower = mime.toLowerCase(Locale.ROOT);
        return Stream.of(values()).filter(each -> each.mime.equals(lower)).findFirst();
    }

    /** Whether a file that begins so can be of this type. */
    public boolean fits(FileHead head) {
        return sign.test(head);
    }

    /** The value of {@code Content-Type}: without a charset, a browser would guess one. */
    public String contentType() {
        return mime.startsWith("text/") ? mime + "; charset=utf-8" : mime;
    }

    private static boolean isRiff(FileHead head, String form) {
        return head.hasText(0, "RIFF") && head.hasText(8, form);
    }

    private static boolean isMp4(FileHead head) {
        return head.hasBrand(List.of(
                "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "dash", "M4A ", "M4B ", "M4V "));
    }

    private static boolean isWebm(FileHead head) {
        return head.hasHex(0, "1a45dfa3") && head.holdsText(EBML_HEADER, "webm");
    }

    /** Such a file is an archive whose first entries have these names (ECMA-376 part 2). */
    private static boolean isOffice(FileHead head) {
        return head.hasHex(0, "504b0304")
                && (head.holdsText(ENTRY_NAMES, "[Content_Types].xml") || head.holdsText(ENTRY_NAMES, "_rels/.rels"));
    }
}
