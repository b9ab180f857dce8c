package dev.portcullis.ratelimit.reputation;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.http.outgoing.OutgoingUrl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The section {@code reputation.service}. */
public record ReputationServiceConfig(
        OutgoingUrl url,
        Map<String, Secret> headers,
        Set<String> internalHosts,
        ListedRule listed,
        long deadlineMs,
        long callMs,
        long cacheMs,
        int cacheSize,
        int inFlight) {
    /** Instead of {@code {ip}}, which no URL may hold. */
    static final String PLACE = "--ip--";

    private static final String BRACED = "{ip}";
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e](?:[\\x20-\\x7e]{0,2046}[\\x21-\\x7e])?");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");

    /** Empty if none is configured, or its URL can't be used. */
    static Optional<ReputationServiceConfig> read(Section service) {
        Optional<String> text = service.optionalText(
                "url",
                "URL that is asked about an address, with {ip} in its path or query: https, or http to this machine; keys"
                        + " belong into headers");
        Map<String, Secret> headers = service.secretTable(
                "headers",
                HEADER,
                "a text of visible characters",
                "headers of each question, such as one with the key of the service",
                value -> Optional.of(value)
                        .filter(each -> HEADER_VALUE.matcher(each).matches())
                        .map(Secret::new));
        Set<String> internalHosts =
                service
                        .texts("internalHosts", List.of(), HOST, "hosts of the URL that may have private addresses")
                        .stream()
                        .map(host -> host.toLowerCase(java.util.Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        ListedRule listed = ListedRule.read(service.section("listed"));
        long deadlineMs = service.millis(
                "deadlineMs", 150, 1, 2_000, "how long a client waits for the answer; then its address is unknown");
        long callMs = service.millis(
                "callMs",
                2_000,
                10,
                10_000,
                "how long a call may last: a late answer serves the clients that come next");
        long cacheMs = service.millis("cacheMs", 3_600_000, 1_000, 604_800_000, "how long an answer is good");
        int cacheSize = service.integer(
                "cacheSize",
                50_000,
                1,
                10_000_000,
                "the most answers that are kept, of an IPv6 /64 one; about 200 bytes each");
        int inFlight = service.integer("inFlight", 32, 1, 1_000, "calls at a time; addresses beyond are unknown");
        return text.flatMap(url -> url(service, url))
                .map(url -> new ReputationServiceConfig(
                        url, headers, internalHosts, listed, deadlineMs, callMs, cacheMs, cacheSize, inFlight));
    }

    private static Optional<OutgoingUrl> url(Section service, String text) {
        Optional<OutgoingUrl> url = OutgoingUrl.parse(text.replace(BRACED, PLACE))
                .filter(parsed ->
                        parsed.target().contains(PLACE) && !parsed.host().contains(PLACE));
        if (url.isEmpty()) {
            service.problem(
                    "url",
                    "is no URL with {ip} in its path or query",
                    "write such as https://reputation.example.com/v1/{ip}; http is for this machine only");
        }
        return url;
    }
}
