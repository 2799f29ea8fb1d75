package io.latestimage.e2e.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Target;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A reverse proxy between the browser and the replicas, as an Ingress is one. It sends each request on a connection of
 * its own to the first replica that accepts one, removes a prefix from the path, and remembers what it has forwarded.
 */
final class Gateway implements AutoCloseable {
    /** In bytes. So much of an upload passes at once, even while uploads are held. */
    private static final int PASSED = 64 * 1024;
    /** In bytes. So much of it passes per second after that: the service ends an upload of which nothing arrives. */
    private static final int PASSED_PER_SECOND = 8 * 1024;

    private static final int CONNECT_MILLIS = 10_000;
    private static final String NOT_FOUND = "HTTP/1.1 404 Not Found\r\n\r\n";

    private final ServerSocket listener = new ServerSocket();
    private final String prefix;
    private final Queue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private volatile List<Target> replicas;
    private volatile CountDownLatch hold = new CountDownLatch(0);
    private volatile Optional<String> fixedAnswer = Optional.empty();

    /**
     * Starts to listen on a free port.
     *
     * @param prefix the path at which the page is, such as {@code /} or {@code /some/where/}
     * @param replicas where to send requests, in order of preference
     */
    Gateway(String prefix, Target... replicas) throws IOException {
        this.prefix = prefix;
        this.replicas = List.of(replicas);
        listener.setReceiveBufferSize(PASSED);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::acceptForever);
    }

    /**
     * A request, and its answer as soon as there is one.
     *
     * @param head the request line and the headers, as the browser sent them
     * @param answer the status line and the headers; completed exceptionally if there is no answer
     */
    record Exchange(String head, CompletableFuture<String> answer) {
        String method() {
            return head.split(" ", 3)[0];
        }

        String path() {
            return head.split(" ", 3)[1];
        }

        /** Whether the request asks the service to wait for another image than one, as long as the page ever waits. */
        boolean waits() {
            String headers = head.toLowerCase(Locale.ROOT);
            return headers.contains("\r\nprefer: wait=30\r\n") && headers.contains("\r\nif-none-match: \"");
        }

        /** Whether the answer has this status. False as long as there is none. */
        boolean isAnswered(int status) {
            return answer.isDone()
                    && !answer.isCompletedExceptionally()
                    && answer.join().startsWith("HTTP/1.1 " + status);
        }
    }

    /** The address of the page. */
    String address() {
        return "http://127.0.0.1:" + listener.getLocalPort() + prefix;
    }

    /** From now on, requests go to other replicas. Those in progress stay where they are. */
    void use(Target... others) {
        replicas = List.of(others);
    }

    /** From now on, only the beginning of an upload passes quickly, and of the rest a little each second. */
    void holdUploads() {
        hold = new CountDownLatch(1);
    }

    /** The rest of each upload passes quickly. */
    void releaseUploads() {
        hold.countDown();
    }

    /** From now on, requests get this answer, as from a proxy that wants its users to log in anew. */
    void answerAll(String head) {
        fixedAnswer = Optional.of(head);
    }

    /** From now on, replicas answer again. */
    void forwardAll() {
        fixedAnswer = Optional.empty();
    }

    /** The requests so far, in the order in which they arrived. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Waits until a request waits for another image, and returns it. */
    Exchange awaitWaitingRequest() throws Exception {
        return Await.atMost(Page.PATIENCE)
                .value("a request waits", this::waitingRequest, Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Exchange> waitingRequest() {
        return exchanges.stream()
                .filter(exchange -> exchange.waits() && !exchange.answer().isDone())
                .findFirst();
    }

    private void acceptForever() {
        while (!listener.isClosed()) {
            try {
                Socket browser = listener.accept();
                Thread.ofVirtual().start(() -> serve(browser));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket browser) {
        try (browser) {
            InputStream in = new BufferedInputStream(browser.getInputStream());
            String head = readHead(in);
            if (head.isEmpty()) {
                return; // a connection that the browser has opened in advance, and not used
            }
            Exchange exchange = new Exchange(head, new CompletableFuture<>());
            exchanges.add(exchange);
            try {
                answer(exchange, in, browser);
            } finally {
                exchange.answer().completeExceptionally(new IOException("no answer")); // unless there is one
            }
        } catch (IOException e) {
            // The browser or the replica has closed the connection, as some tests intend.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(Exchange exchange, InputStream in, Socket browser) throws IOException, InterruptedException {
        Optional<String> fixed = exchange.path().startsWith(prefix) ? fixedAnswer : Optional.of(NOT_FOUND);
        if (fixed.isPresent()) {
            exchange.answer().complete(fixed.get());
            browser.getOutputStream().write(fixed.get().getBytes(ISO_8859_1));
            browser.shutdownOutput();
            in.transferTo(OutputStream.nullOutputStream());
            return;
        }
        try (Socket replica = connect()) {
            replica.getOutputStream().write(forwarded(exchange).getBytes(ISO_8859_1));
            Thread body = Thread.ofVirtual().start(() -> sendBody(in, replica));
            InputStream answer = new BufferedInputStream(replica.getInputStream());
            String head = readHead(answer);
            if (!head.isEmpty()) {
                exchange.answer().complete(head);
            }
            browser.getOutputStream().write(head.getBytes(ISO_8859_1));
            answer.transferTo(browser.getOutputStream());
            browser.shutdownOutput();
            body.join(); // a connection that is closed before the whole body is read may lose the answer
        }
    }

    private Socket connect() throws IOException {
        for (Target replica : replicas) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(replica.address(), replica.port()), CONNECT_MILLIS);
                return socket;
            } catch (IOException e) {
                socket.close(); // the next one may accept
            }
        }
        throw new ConnectException("no replica accepts a connection");
    }

    /** The head without the prefix, and with {@code Connection: close}, so that the end of the answer is plain. */
    private String forwarded(Exchange exchange) {
        StringBuilder forwarded = new StringBuilder();
        for (String line : exchange.head().strip().split("\r\n", -1)) {
            if (forwarded.isEmpty()) {
                String path = "/" + exchange.path().substring(prefix.length());
                forwarded.append("%s %s HTTP/1.1\r\nConnection: close\r\n".formatted(exchange.method(), path));
            } else if (!line.toLowerCase(Locale.ROOT).startsWith("connection:")) {
                forwarded.append(line).append("\r\n");
            }
        }
        return forwarded.append("\r\n").toString();
    }

    /** Sends the body, if there is one, until the browser closes the connection. Then the replica's is closed too. */
    private void sendBody(InputStream in, Socket replica) {
        byte[] buffer = new byte[PASSED_PER_SECOND];
        boolean accepting = true;
        boolean held = true;
        try (replica) {
            long sent = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (held && sent >= PASSED) {
                    held = !hold.await(1, TimeUnit.SECONDS);
                }
                accepting = accepting && send(replica, buffer, count);
                sent += count;
            }
        } catch (IOException e) {
            // The browser has cancelled its request.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false if the replica accepts no more: it has answered already, and the rest of the body is read only. */
    private static boolean send(Socket replica, byte[] buffer, int count) {
        try {
            replica.getOutputStream().write(buffer, 0, count);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads to the end of the head. Returns an empty text if the connection ends before. */
    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        releaseUploads();
        listener.close();
    }
}
