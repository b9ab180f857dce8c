package dev.portcullis.admin;

import dev.portcullis.http.HttpRefusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Refuses requests that an operator's browser makes for another site's page: with another Host (DNS rebinding,
 * CWE-350), or across sites (CWE-352).
 */
final class BrowserGuard {
    private static final Set<String> OWN_SITE = Set.of("none", "same-origin");
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

    private final Set<String> hosts;

    BrowserGuard(List<String> hosts) {
        this.hosts = hosts.stream().map(each -> each.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Judges a request by all values of each header. */
    Optional<HttpRefusal> judge(List<String> host, List<String> origin, List<String> fetchSite) {
        boolean own = host.size() == 1
                && isOurs(host.get(0))
                && origin.stream().allMatch(each -> each.equalsIgnoreCase("http://" + host.get(0)))
                && OWN_SITE.containsAll(fetchSite);
        return own ? Optional.empty() : Optional.of(HttpRefusal.FORBIDDEN);
    }

    private boolean isOurs(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return hosts.contains(name) || hosts.contains(PORT.matcher(name).replaceFirst(""));
    }
}
