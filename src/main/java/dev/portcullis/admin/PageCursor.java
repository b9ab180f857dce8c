package dev.portcullis.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.http.routing.ApiRequest;
import java.util.Base64;
import java.util.Map;

/** The place where the next page of a listing begins, as its caller brings it back. */
final class PageCursor {
    private PageCursor() {}

    /** Empty for the first page. Only the form is checked: a cursor that is none begins elsewhere, in the same list. */
    static String of(ApiRequest request) {
        return request.textIn("after")
                .map(cursor -> new String(Base64.getUrlDecoder().decode(cursor), UTF_8))
                .orElse("");
    }

    /** @param next empty behind the last page */
    static void put(Map<String, Object> fields, String next) {
        if (!next.isEmpty()) {
            fields.put("next", Base64Url.encode(next.getBytes(UTF_8)));
        }
    }
}
