package io.latestimage.training;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The response to one request.
 *
 * @param headers one line each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TrainingResponse(int status, List<String> headers, byte[] body) {
    static TrainingResponse read(InputStream in, boolean withBody) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        List<String> headers = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            headers.add(line);
        }
        TrainingResponse head = new TrainingResponse(status, headers, new byte[0]);
        String length = head.header("Content-Length");
        return withBody && !length.isEmpty()
                ? new TrainingResponse(status, headers, in.readNBytes(Integer.parseInt(length)))
                : head;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    String header(String name) {
        for (String header : headers) {
            if (header.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                return header.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + new String(body, ISO_8859_1);
    }
}
