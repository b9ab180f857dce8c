package dev.portcullis.uploads;

import dev.portcullis.uploads.s3.UriEncoding;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.type.FileType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The headers under which a file is served: to be saved, not to be opened, of exactly the type that was checked, and without
 * rights if a browser opens it all the same (CWE-79, CWE-434).
 */
public final class DownloadHeaders {
    /** RFC 8187, section 3.2.1. */
    private static final String ATTR_CHARS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~";

    private DownloadHeaders() {}

    public static Map<String, String> of(Upload upload) {
        return of(upload.name(), UploadTickets.type(upload));
    }

    static Map<String, String> of(String name, FileType type) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type.contentType());
        headers.put("Content-Disposition", disposition(name));
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
        headers.put("Cross-Origin-Resource-Policy", "same-site");
        headers.put("Cache-Control", "private, no-store");
        return headers;
    }

    /**
     * RFC 6266: the name in RFC 8187's form, and one that old clients read. The latter has no {@code %}, which some of them
     * decode (appendix D).
     */
    public static String disposition(String name) {
        StringBuilder plain = new StringBuilder();
        name.codePoints().forEach(each -> plain.append(isPlain(each) ? (char) each : '_'));
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + UriEncoding.encode(name, ATTR_CHARS);
    }

    private static boolean isPlain(int codePoint) {
        return codePoint >= ' ' && codePoint < 0x7F && "\"\\%;".indexOf(codePoint) < 0;
    }
}
