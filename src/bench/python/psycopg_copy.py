"""Loads the benchmark's pages as a short script would: psycopg's COPY, then INSERT ... ON CONFLICT.

usage: psycopg_copy.py <url of the packets> <port of PostgreSQL>; prints {"seconds": ..., "cpu": ...}
"""
import http.client
import json
import sys
import time
import urllib.parse

import psycopg

INSERT = """INSERT INTO bench.packet (car_id, rtc_time, created_at, data)
            SELECT car_id, rtc_time, created_at, data FROM staged ON CONFLICT DO NOTHING"""


def main(url: str, port: str) -> None:
    address = urllib.parse.urlsplit(url)
    provider = http.client.HTTPConnection(address.netloc)
    with psycopg.connect(host="127.0.0.1", port=port, dbname="caravan") as connection:
        cursor = connection.cursor()
        cursor.execute(
            "CREATE TEMPORARY TABLE staged (car_id int, rtc_time timestamptz, created_at timestamptz, data jsonb)"
            " ON COMMIT DELETE ROWS"
        )
        connection.commit()
        started, cpu = time.perf_counter(), time.process_time()
        following = "0"
        while following is not None:
            provider.request("GET", f"{address.path}?cursor={following}")
            page = json.loads(provider.getresponse().read())
            with cursor.copy("COPY staged FROM STDIN") as copy:
                for packet in page["data"]:
                    data = json.dumps(packet["data"], sort_keys=True)
                    copy.write_row((packet["car_id"], packet["rtc_time"], packet["created_at"], data))
            cursor.execute(INSERT)
            connection.commit()
            following = page.get("next")
        print(json.dumps({"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
