<#ftl output_format="HTML">
<!DOCTYPE html>
<html><head><meta charset="utf-8"></head><body><p>${plain}</p></body></html>
