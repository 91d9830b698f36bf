#!/bin/sh
set -e
python problem1.py
python problem2.py
python problem3.py
python bonus.py
python plots.py
