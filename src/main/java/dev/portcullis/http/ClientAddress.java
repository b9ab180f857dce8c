package dev.portcullis.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Determines the client's address. {@code X-Forwarded-For} can be forged by any client (CWE-348): each trusted proxy
 * vouches only for the hop that it saw. So the list is read from the right, up to the first hop that is not a trusted
 * proxy.
 */
public final class ClientAddress {
    private final List<AddressRange> trusted;
    private final Function<HttpServerRequest, Optional<IpAddress>> peers;
    private final Predicate<HttpServerRequest> mayForward;

    /** The peer of a request is that of its socket. */
    public ClientAddress(List<AddressRange> trusted) {
        this(trusted, request -> IpAddress.ofPeer(request.remoteAddress().hostAddress()), any -> true);
    }

    /**
     * @param peers tells who is at the other end of a request's connection
     * @param mayForward whether that peer can have written the forwarded headers of a request
     */
    public ClientAddress(
            List<AddressRange> trusted,
            Function<HttpServerRequest, Optional<IpAddress>> peers,
            Predicate<HttpServerRequest> mayForward) {
        this.trusted = List.copyOf(trusted);
        this.peers = peers;
        this.mayForward = mayForward;
    }

    /**
     * @param forwardedFor the header's lines in order; an entry that is no address ends the search at the hop before it
     */
    public IpAddress of(IpAddress peer, List<String> forwardedFor) {
        IpAddress current = peer;
        for (int line = forwardedFor.size() - 1; line >= 0; line--) {
            String entries = forwardedFor.get(line);
            for (int end = entries.length();
                    end >= 0; ) { // no split: clients may have put thousands of entries before ours
                int comma = entries.lastIndexOf(',', end - 1);
                Optional<IpAddress> claimed = isTrusted(current)
                        ? hop(entries.substring(comma + 1, end).strip())
                        : Optional.empty();
                if (claimed.isEmpty()) {
                    return current;
                }
                current = claimed.get();
                end = comma;
            }
        }
        return current;
    }

    /** Empty for a socket without an IP address. */
    public Optional<IpAddress> of(HttpServerRequest request) {
        return peers.apply(request)
                .map(peer ->
                        forwards(peer, request) ? of(peer, request.headers().getAll("X-Forwarded-For")) : peer);
    }

    /** The trusted peer whose forwarded headers count for this request; empty where none count. */
    public Optional<IpAddress> forwarder(HttpServerRequest request) {
        return peers.apply(request).filter(peer -> forwards(peer, request));
    }

    /** Asked before the header is read: of a stranger it may have thousands of entries. */
    private boolean forwards(IpAddress peer, HttpServerRequest request) {
        return isTrusted(peer) && mayForward.test(request);
    }

    /** The keys that limits count by, narrowest first; empty for a socket without an IP address. */
    public List<String> keysOf(HttpServerRequest request) {
        return of(request).map(address -> address.keys().narrowestFirst()).orElse(List.of());
    }

    /**
     * Whether a request came over TLS to this server or to a trusted proxy.
     *
     * @param tls whether the connection of the request has TLS
     */
    public boolean isSecure(boolean tls, HttpServerRequest request) {
        return forwarder(request)
                .map(peer -> isSecure(tls, peer, request.headers().getAll("X-Forwarded-Proto")))
                .orElse(tls);
    }

    /** The last value counts, since the nearest proxy wrote it. */
    boolean isSecure(boolean tls, IpAddress peer, List<String> forwardedProto) {
        if (tls || forwardedProto.isEmpty() || !isTrusted(peer)) {
            return tls;
        }
        String line = forwardedProto.get(forwardedProto.size() - 1);
        String nearest = line.substring(line.lastIndexOf(',') + 1).strip();
        return nearest.toLowerCase(Locale.ROOT).equals("https");
    }

    public boolean isTrusted(IpAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /**
     * Parses an address, also with the port that some proxies add: {@code 192.0.2.1:443}, {@code [2001:db8::1]:443}.
     */
    private static Optional<IpAddress> hop(String entry) {
        int bracket = entry.indexOf(']');
        if (entry.startsWith("[") && bracket > 0 && isPort(entry.substring(bracket + 1))) {
            return IpAddress.parse(entry.substring(1, bracket)).filter(address -> entry.indexOf(':') < bracket);
        }
        int colon = entry.indexOf(':');
        boolean withPort = colon > 0 && colon == entry.lastIndexOf(':') && isPort(entry.substring(colon));
        return IpAddress.parse(withPort ? entry.substring(0, colon) : entry);
    }

    private static boolean isPort(String rest) {
        return rest.isEmpty() || rest.matches(":[0-9]{1,5}");
    }
}
