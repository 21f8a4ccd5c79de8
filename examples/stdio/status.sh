#!/bin/sh
# One question, one answer: the process ends when its input does.
printf '{"jsonrpc":"2.0","id":1,"method":"status"}\n' | scr serve
