package dev.portcullis.hardening;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A proxy for a browser, which has one page and answers for every host, so that no request of the page leaves unseen. The
 * browser's own requests go to hosts of its maker.
 */
final class PageProxy {
    static final String PAGE = "http://page.test/";
    private static final Pattern OF_THE_BROWSER =
            Pattern.compile(".*\\.(?:google|googleapis|gvt1|gstatic)\\.com(?::443)?");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final int port;
    private volatile String page = "";

    PageProxy(Vertx vertx) throws TimeoutException {
        this.port = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    /** What sends all requests of a browser here, those to this machine too. */
    String[] options() {
        return new String[] {"--proxy-server=http://127.0.0.1:" + port, "--proxy-bypass-list=<-loopback>"};
    }

    /** From now on the page has this content. */
    void serve(String html) {
        page = html;
        requests.clear();
    }

    /** What was asked for, but for the page itself. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpServerRequest request) {
        String target = request.method().equals(HttpMethod.CONNECT)
                ? String.valueOf(request.authority())
                : request.absoluteURI();
        if (target.equals(PAGE)) {
            request.response()
                    .putHeader("Content-Type", "text/html; charset=utf-8")
                    .end(page);
            return;
        }
        if (!OF_THE_BROWSER.matcher(String.valueOf(request.authority())).matches()) {
            requests.add(request.method() + " " + target);
        }
        request.response().setStatusCode(404).end();
    }
}
