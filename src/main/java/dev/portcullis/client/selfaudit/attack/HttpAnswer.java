package dev.portcullis.client.selfaudit.attack;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a server answered to a request.
 *
 * @param headers lines in the order of their arrival
 * @param body as far as it was read
 */
public record HttpAnswer(int status, List<String> headers, String body) {
    public HttpAnswer {
        headers = List.copyOf(headers);
    }

    /** The values of all lines of this name. */
    public List<String> headers(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    public boolean isUpgraded() {
        return status == 101;
    }

    /** Whether the server blames the request, and not who sent it or where it goes. */
    public boolean refusesTheForm() {
        return status == 400
                || status == 408
                || status == 411
                || status == 413
                || status == 414
                || status == 417
                || status == 431
                || status == 501
                || status == 505;
    }
}
