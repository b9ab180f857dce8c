package dev.portcullis.edge.listener;

import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.RequestCharge;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CrossOrigin;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.window.AddressWindows;
import dev.portcullis.resilience.MonotonicClock;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who pays for a request of the public listener: its address, until the client has proved to be a user, and then that
 * user. So no user pays for others who share the address. Attempts to log in, and requests that a page of another site may have
 * made a browser send, count apart: they take nothing from an address that its visitors need otherwise. A request that only
 * looks like an attempt to log in, until its body was read, takes nothing from real attempts. Used from all event loops.
 */
public final class RequestBudget {
    private static final String OF_FOREIGN_PAGE = "page ";
    private static final String OF_LOGIN = "login ";
    private static final String OF_LINK = "link ";
    private static final String OF_LOGIN_PATH = "path of login ";
    private static final String OF_UNPARSED = "unparsed ";
    private static final String OF_USER = "user ";
    private static final Set<String> OTHER_SITES = Set.of("cross-site", "same-site");

    private final AddressWindows windows;
    private final ClientAddress proxies;
    private final CrossOrigin pages;
    private final Set<String> logins;

    /**
     * @param pages the pages that may use this listener
     * @param logins the paths of the calls by which clients come to an account, which have limits of their own
     */
    public RequestBudget(AddressWindows windows, ClientAddress proxies, CrossOrigin pages, Set<String> logins) {
        this.windows = windows;
        this.proxies = proxies;
        this.pages = pages;
        this.logins = Set.copyOf(logins);
    }

    /** Has the address pay for a request. */
    RequestCharge charge(HttpServerRequest request) {
        return charge(request, isOfForeignPage(request) ? OF_FOREIGN_PAGE : mayLogIn(request) ? OF_LOGIN_PATH : "");
    }

    /** Has a request pay of which nothing could be read, so neither who sent it through a proxy: that does not pay for it. */
    RequestCharge chargeUnparsed(HttpServerRequest request) {
        return charge(request, proxies.forwarder(request).isPresent() ? OF_UNPARSED : "");
    }

    private RequestCharge charge(HttpServerRequest request, String payer) {
        List<String> keys = keys(payer, request);
        RequestCharge charge = new RequestCharge(keys, windows.take(keys, MonotonicClock.millis()));
        HttpChannel.of(request.connection()).charged(charge);
        return charge;
    }

    /** Whether it is sent to a call that checks a password. */
    boolean mayLogIn(HttpServerRequest request) {
        return logins.contains(request.path());
    }

    /**
     * The request is an attempt to log in, of the right form, and pays as such.
     *
     * @return how long its address has to wait; 0 if it is within the budget
     */
    public long attempted(HttpServerRequest request) {
        return attempted(request, OF_LOGIN);
    }

    /** Charges an attempt with a link from a mail, which anyone can make up: it takes nothing from users who log in. */
    public long attemptedLink(HttpServerRequest request) {
        return attempted(request, OF_LINK);
    }

    private long attempted(HttpServerRequest request, String payer) {
        if (isOfForeignPage(request)) {
            return 0;
        }
        HttpChannel.of(request.connection()).takeCharge().ifPresent(this::giveBack);
        return windows.take(keys(payer, request), MonotonicClock.millis());
    }

    /** Whether the address has used up its budget, and its client has not proved to be a user. */
    public boolean isOwed(HttpServerRequest request) {
        return HttpChannel.of(request.connection())
                .charge()
                .filter(RequestCharge::isOwed)
                .isPresent();
    }

    /** @return how long the user has to wait; 0 if the request is within the budget of this user */
    public long proved(HttpServerRequest request, UserId user) {
        return isOfForeignPage(request) ? 0 : proved(HttpChannel.of(request.connection()), user);
    }

    /** Does the same for the current request of a connection, which no foreign page has sent. */
    public long proved(HttpChannel channel, UserId user) {
        Optional<RequestCharge> charge = channel.takeCharge();
        if (charge.isEmpty()) {
            return 0;
        }
        giveBack(charge.get());
        return windows.take(List.of(OF_USER + user.value()), MonotonicClock.millis());
    }

    private void giveBack(RequestCharge charge) {
        if (!charge.isOwed()) {
            windows.giveBack(charge.keys(), MonotonicClock.millis());
        }
    }

    /** Fetch names the site of the page, also where it names no origin. */
    boolean isOfForeignPage(HttpServerRequest request) {
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        return origins.isEmpty()
                ? request.headers().getAll("Sec-Fetch-Site").stream().anyMatch(OTHER_SITES::contains)
                : pages.allowed(origins).isEmpty();
    }

    private List<String> keys(String payer, HttpServerRequest request) {
        return proxies.of(request).map(address -> address.keys().narrowestFirst()).orElse(List.of()).stream()
                .map(payer::concat)
                .toList();
    }
}
